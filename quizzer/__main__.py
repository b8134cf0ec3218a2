"""`python -m quizzer` is the `quizzer` command."""

from quizzer.cli.main import main

if __name__ == "__main__":
    main()

"""quizzer: an interview quiz engine for machine learning, in the terminal."""

__version__ = "0.1.0"

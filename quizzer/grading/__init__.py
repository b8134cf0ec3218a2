"""The client of the grader: starts it, gives it orders, reads its verdict; never loads torch."""

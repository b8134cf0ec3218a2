"""FSRS-6: the scheduler, the fit of its parameters to a learner's log, evaluation and simulation."""

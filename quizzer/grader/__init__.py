"""The trusted process: runs a kata's hidden suite against a submission that lives in another process."""

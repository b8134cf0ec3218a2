"""A7: never finishes loading. Loading has its own deadline."""
# expect: problem "no answer within 1 s"
# deadlines: load_s=1
while True:
    pass

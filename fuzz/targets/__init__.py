"""What is fuzzed: a file a target, with a function ``one`` that takes bytes and raises only where there is a bug."""

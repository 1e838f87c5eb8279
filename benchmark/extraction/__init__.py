"""A model applied to unlabelled text of any amount: inputs, shards, engines."""

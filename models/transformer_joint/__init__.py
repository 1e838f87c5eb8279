"""Parts of ``models/transformer_joint.py``."""

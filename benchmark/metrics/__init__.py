"""Metrics: each counts once per document, paragraph and type; figures are sums over the counts."""

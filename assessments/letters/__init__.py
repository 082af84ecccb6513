"""Letters about a patient: what a chart says for somebody outside, edited, then set on paper."""

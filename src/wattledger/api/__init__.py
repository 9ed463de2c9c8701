"""The REST API and the event stream that phones and scripts read."""

"""The Shelly Pro 3EM, spoken to in its own RPC over WebSocket."""

"""The Shelly Pro 3EM and its relatives, spoken to in its own RPC over WebSocket."""

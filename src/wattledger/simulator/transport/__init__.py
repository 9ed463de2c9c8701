"""How a meter says it: connections, frames, passwords, notifications."""

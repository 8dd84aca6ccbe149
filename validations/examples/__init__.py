"""Deliveries that are good as a whole, and what each rule about the whole finds in bad ones."""

"""The Yangtze River Delta vocational-education data exchange; start with docs/architecture.md."""

__version__ = "0.1.0"

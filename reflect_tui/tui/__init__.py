"""The full-screen app: screens that turn keys into acts and pages into lines."""

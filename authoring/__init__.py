"""What turns a lecture's text into its two notebooks, and its notebooks into the student's own copy."""

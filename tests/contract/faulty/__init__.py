"""An enterprise's own code that goes wrong, one way to a file. The part it breaks is the rubric, and more."""

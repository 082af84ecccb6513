"""Pages of charts and plans. A view asks who it is, reads or calls one action, and answers."""

"""What schedules are to `ao`: the port to who runs them, and what is made sure of beforehand."""

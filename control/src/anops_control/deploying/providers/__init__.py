"""Where environments run; each place is a module with the functions of `provider.Provider`."""

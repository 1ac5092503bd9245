package network.dchat.simulation;

/// Who waits for the reply to a call, and for which.
public record Caller(String node, long call) {}

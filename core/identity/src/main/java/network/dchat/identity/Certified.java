package network.dchat.identity;

import network.dchat.wire.v1.SignedBytes;

/// A value together with the signed bytes that say it, so that it can be passed on unchanged.
///
/// @param value what the bytes say
/// @param signed the bytes as they were signed
public record Certified<T>(T value, SignedBytes signed) {}

package network.dchat.gateway.postgres;

import jakarta.persistence.Embeddable;
import java.io.Serializable;

/// A message and who sent it.
///
/// @param owner wallet address
/// @param id message id in hex
@Embeddable
public record MessageKey(String owner, String id) implements Serializable {}

package network.dchat.mesh;

/// What a storage node did that no honest one does.
public enum Misbehaviour {
    /// It returned bytes that are not the shard of the manifest.
    WRONG_SHARD,
    /// It listed a manifest that its owner did not sign, or of a collection that was not asked for.
    WRONG_MANIFEST,
    /// Its answer was larger than allowed, of another kind than asked for, or went round in
    /// circles.
    WRONG_ANSWER
}

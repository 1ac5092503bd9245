package network.dchat.validator.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import network.dchat.consensus.SignGuard;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SigningKey;
import network.dchat.starter.node.KeyFile;
import network.dchat.wire.v1.SignGuardRecord;

/// The key that signs votes and proposals, `consensus.key`, and its guard, `consensus.guard`,
/// which are
/// made together. A key whose guard is missing, or belongs to another chain, only observes.
///
/// @param key the key
/// @param guardPath where the guard lies
/// @param observes why nothing may be signed; empty when it may
public record ConsensusKey(SigningKey key, Path guardPath, Optional<String> observes) {
    private static final String KEY_FILE = "consensus.key";
    private static final String GUARD_FILE = "consensus.guard";

    /// Makes key and guard where there is no key yet, and returns the public key; for whoever
    /// writes a
    /// genesis. The guard belongs to no chain until the first one that it meets.
    public static PublicKey prepare(Path directory) throws IOException {
        Path keyPath = directory.resolve(KEY_FILE);
        boolean fresh = !Files.exists(keyPath);
        if (fresh) {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(GUARD_FILE));
        }
        SigningKey key = KeyFile.loadOrCreate(keyPath);
        if (fresh) {
            GuardFile.create(directory.resolve(GUARD_FILE), SignGuard.fresh("", key.publicKey()));
        }
        return key.publicKey();
    }

    /// Loads key and guard for a chain, and makes both where there is no key.
    ///
    /// @param trustUnguarded the operator is sure that the key never signed on this chain: a
    /// missing
    ///     guard is made anew
    public static ConsensusKey load(Path directory, String chainId, Trust trustUnguarded)
            throws IOException {
        prepare(directory);
        SigningKey key = KeyFile.loadOrCreate(directory.resolve(KEY_FILE));
        Path guardPath = directory.resolve(GUARD_FILE);
        SignGuard fresh = SignGuard.fresh(chainId, key.publicKey());
        if (!Files.exists(guardPath)) {
            if (trustUnguarded == Trust.NONE) {
                return new ConsensusKey(key, guardPath, Optional.of("the sign guard is missing"));
            }
            GuardFile.create(guardPath, fresh);
        }
        try (GuardFile file = GuardFile.open(guardPath)) {
            SignGuard guard = file.guard();
            boolean unused = guard.belongsTo("", key.publicKey()) && guard.last().getHeight() == 0;
            if (unused || (trustUnguarded == Trust.OPERATOR
                    && !guard.belongsTo(chainId, key.publicKey()))) {
                file.save(fresh);
            }
            Optional<String> observes = file.guard().belongsTo(chainId, key.publicKey())
                    ? Optional.empty()
                    : Optional.of(
                            "the sign guard is of another key or chain: " + describe(guard.last()));
            return new ConsensusKey(key, guardPath, observes);
        }
    }

    /// Whether a missing or foreign guard may be replaced.
    public enum Trust {
        /// Never.
        NONE,
        /// An operator said so.
        OPERATOR
    }

    private static String describe(SignGuardRecord record) {
        return "chain " + record.getChainId() + ", height " + record.getHeight();
    }

    @Override
    public String toString() {
        return "ConsensusKey[" + key.publicKey() + "]";
    }
}

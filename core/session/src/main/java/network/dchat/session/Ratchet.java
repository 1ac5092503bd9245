package network.dchat.session;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.dchat.identity.Verified;
import network.dchat.session.noise.NoiseCipher;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.session.noise.X25519PublicKey;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// One side of a double ratchet with header encryption (Double Ratchet revision 4, section 4).
/// Immutable: every message gives the next state, and what fails leaves nothing behind.
///
/// @param rootKey RK
/// @param pair DHs, our ratchet key
/// @param sending CKs, HKs, Ns and PN; none before the responder has read a first message
/// @param receiving CKr, HKr and Nr; none before a first message was read
/// @param nextSendingHeaderKey NHKs
/// @param nextReceivingHeaderKey NHKr
/// @param skipped MKSKIPPED
record Ratchet(Secret rootKey, X25519KeyPair pair, @Nullable SendingChain sending,
        @Nullable ReceivingChain receiving, Secret nextSendingHeaderKey,
        Secret nextReceivingHeaderKey, SkippedKeys skipped) {
    /// How many secrets both sides must share to begin.
    static final int SHARED_SECRETS = 3;

    private static final NoiseCipher CIPHER = NoiseCipher.CHACHA_POLY;
    private static final byte[] NOTHING = new byte[0];

    /// Which of a session's header keys opened a header.
    enum Chain {
        CURRENT, NEXT, SKIPPED
    }

    /// A header that one of our header keys opened.
    record Match(Header header, Chain chain, Secret headerKey) {}

    /// A message and the state after it.
    record Sealed(Ratchet next, SealedMessage message) {}

    /// A padded plaintext and the state after it.
    record Opened(Ratchet next, ByteString padded) {}

    /// What opening a message needs besides the message.
    record Opening(ByteString associatedData, Secret seed, long nowMillis, RatchetLimits limits) {}

    /// RatchetInitAliceHE.
    ///
    /// @param shared three secrets: SK, the first header key of this side and the next one of the
    ///     other
    /// @throws NoiseException when the other side's key is of small order
    static Ratchet initiator(List<Secret> shared, X25519KeyPair pair, X25519PublicKey other)
            throws NoiseException {
        KeySchedule.Step step = step(shared.get(0), pair, other);
        return new Ratchet(step.rootKey(), pair,
                new SendingChain(step.chainKey(), shared.get(1), 0, 0), null, step.nextHeaderKey(),
                shared.get(2), SkippedKeys.NONE);
    }

    /// RatchetInitBobHE.
    static Ratchet responder(List<Secret> shared, X25519KeyPair pair) {
        return new Ratchet(shared.get(0), pair, null, null, shared.get(2), shared.get(1),
                SkippedKeys.NONE);
    }

    /// RatchetEncryptHE.
    Sealed seal(ByteString front, byte[] padded, ByteString associatedData, Secret seed) {
        SendingChain chain = sending;
        if (chain == null) {
            throw new IllegalStateException("ratchet: it cannot send before it has received");
        }
        if (isExhausted()) {
            throw new IllegalStateException("ratchet: its chain is at its end");
        }
        Secret messageKey = KeySchedule.messageKey(chain.chainKey());
        byte[] nonce = KeySchedule.nonce(messageKey, seed);
        Header header = new Header(pair.publicKey(), chain.previousLength(), chain.next());
        SealedMessage unsealed = new SealedMessage(front, ByteString.copyFrom(nonce),
                ByteString
                        .copyFrom(CIPHER.seal(chain.headerKey(), nonce, NOTHING, header.encode())),
                ByteString.EMPTY);
        Secret bodyKey = KeySchedule.bodyKey(messageKey, nonce);
        byte[] body = CIPHER.seal(bodyKey, nonce, unsealed.associatedData(associatedData), padded);
        messageKey.destroy();
        bodyKey.destroy();
        SendingChain next = new SendingChain(KeySchedule.nextChainKey(chain.chainKey()),
                chain.headerKey(), chain.next() + 1, chain.previousLength());
        return new Sealed(
                new Ratchet(rootKey, pair, next, receiving, nextSendingHeaderKey,
                        nextReceivingHeaderKey, skipped),
                new SealedMessage(unsealed.front(), unsealed.nonce(), unsealed.header(),
                        ByteString.copyFrom(body)));
    }

    /// True when the sending chain is at its end: the session is of no use any more.
    boolean isExhausted() {
        return sending != null && sending.next() >= Header.MAXIMUM_CHAIN_LENGTH - 1;
    }

    /// The header of a message, if it belongs to this session.
    Optional<Match> match(HeaderTrial trial) {
        Secret current = receiving == null ? null : receiving.headerKey();
        Optional<Match> match = Optional.empty();
        if (current != null) {
            match = match(trial, Chain.CURRENT, current);
        }
        if (match.isEmpty()) {
            match = match(trial, Chain.NEXT, nextReceivingHeaderKey);
        }
        for (SkippedChain chain : skipped.chains().reversed()) {
            boolean tried = current != null && chain.headerKey().equals(current);
            if (match.isEmpty() && !tried) {
                match = match(trial, Chain.SKIPPED, chain.headerKey());
            }
        }
        return match;
    }

    /// RatchetDecryptHE, for a header that matched.
    Verified<Opened> open(Match match, SealedMessage message, Opening opening) {
        Ratchet fresh = withSkipped(
                skipped.since(opening.nowMillis() - opening.limits().skippedKeptMillis()));
        return switch (match.chain()) {
            case SKIPPED -> fresh.openSkipped(match, message, opening);
            case CURRENT -> receiving != null && match.header().number() < receiving.next()
                    ? fresh.openSkipped(match, message, opening)
                    : fresh.openNext(match, message, opening);
            case NEXT -> fresh.turn(match.header(), opening)
                    .then(turned -> turned.openNext(match, message, opening));
        };
    }

    /// The same without keys that were skipped before a time.
    Ratchet withSkipped(SkippedKeys kept) {
        return new Ratchet(rootKey, pair, sending, receiving, nextSendingHeaderKey,
                nextReceivingHeaderKey, kept);
    }

    /// Wipes all secrets that are not part of another state as well.
    void destroyExcept(Ratchet other) {
        Set<Secret> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(other.secrets());
        for (Secret secret : secrets()) {
            if (!kept.contains(secret)) {
                secret.destroy();
            }
        }
    }

    /// Wipes all secrets.
    void destroy() {
        secrets().forEach(Secret::destroy);
    }

    private List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>(
                List.of(rootKey, pair.privateKey(), nextSendingHeaderKey, nextReceivingHeaderKey));
        if (sending != null) {
            secrets.add(sending.chainKey());
            secrets.add(sending.headerKey());
        }
        if (receiving != null) {
            secrets.add(receiving.chainKey());
            secrets.add(receiving.headerKey());
        }
        for (SkippedChain chain : skipped.chains()) {
            secrets.add(chain.headerKey());
            secrets.addAll(chain.keys().values());
        }
        return secrets;
    }

    private static Optional<Match> match(HeaderTrial trial, Chain chain, Secret headerKey) {
        return trial.open(headerKey).map(header -> new Match(header, chain, headerKey));
    }

    /// TrySkippedMessageKeysHE.
    private Verified<Opened> openSkipped(Match match, SealedMessage message, Opening opening) {
        int number = match.header().number();
        Optional<Secret> messageKey = skipped.find(match.headerKey(), number);
        if (messageKey.isEmpty()) {
            return Verified.rejected(RejectionCode.REPLAYED,
                    "message " + number + ": its key was used or dropped");
        }
        return decrypt(messageKey.get(), message, opening).then(padded -> Verified.accepted(
                new Opened(withSkipped(skipped.without(match.headerKey(), number)), padded)));
    }

    /// Opens a message of the current receiving chain that is not yet passed.
    private Verified<Opened> openNext(Match match, SealedMessage message, Opening opening) {
        ReceivingChain chain = receiving;
        int number = match.header().number();
        if (chain == null || number - chain.next() > opening.limits().maximumSkip()) {
            return tooFar(number, opening.limits());
        }
        NavigableMap<Integer, Secret> passed = new TreeMap<>();
        Secret chainKey = skip(chain, number, passed);
        Secret messageKey = KeySchedule.messageKey(chainKey);
        ReceivingChain next = new ReceivingChain(KeySchedule.nextChainKey(chainKey),
                chain.headerKey(), number + 1);
        if (number > chain.next()) {
            chainKey.destroy();
        }
        Verified<ByteString> plaintext = decrypt(messageKey, message, opening);
        messageKey.destroy();
        return plaintext
                .then(padded -> Verified
                        .accepted(new Opened(
                                new Ratchet(rootKey, pair, sending, next, nextSendingHeaderKey,
                                        nextReceivingHeaderKey, skipped.with(chain.headerKey(),
                                                passed, opening.nowMillis(), opening.limits())),
                                padded)));
    }

    /// SkipMessageKeysHE for the chain that ends, then DHRatchetHE.
    private Verified<Ratchet> turn(Header header, Opening opening) {
        RatchetLimits limits = opening.limits();
        SkippedKeys kept = skipped;
        ReceivingChain chain = receiving;
        if (chain != null && header.previousLength() > chain.next()) {
            long skips = (long) header.previousLength() - chain.next() + header.number();
            if (skips > limits.maximumSkip()) {
                return tooFar(header.previousLength(), limits);
            }
            NavigableMap<Integer, Secret> passed = new TreeMap<>();
            skip(chain, header.previousLength(), passed).destroy();
            kept = skipped.with(chain.headerKey(), passed, opening.nowMillis(), limits);
        }
        try {
            KeySchedule.Step received = step(rootKey, pair, header.ratchetKey());
            X25519KeyPair fresh = KeySchedule.pairFromSeed(opening.seed(), "ratchet");
            KeySchedule.Step sent = step(received.rootKey(), fresh, header.ratchetKey());
            received.rootKey().destroy();
            return Verified.accepted(new Ratchet(sent.rootKey(), fresh,
                    new SendingChain(sent.chainKey(), nextSendingHeaderKey, 0,
                            sending == null ? 0 : sending.next()),
                    new ReceivingChain(received.chainKey(), nextReceivingHeaderKey, 0),
                    sent.nextHeaderKey(), received.nextHeaderKey(), kept));
        } catch (NoiseException e) {
            return Verified.rejected(RejectionCode.INVALID, "ratchet key: of small order");
        }
    }

    /// Collects the message keys up to a number and gives the chain key there.
    private static Secret skip(ReceivingChain chain, int until,
            NavigableMap<Integer, Secret> passed) {
        Secret chainKey = chain.chainKey();
        for (int number = chain.next(); number < until; number++) {
            passed.put(number, KeySchedule.messageKey(chainKey));
            Secret next = KeySchedule.nextChainKey(chainKey);
            if (number > chain.next()) {
                chainKey.destroy();
            }
            chainKey = next;
        }
        return chainKey;
    }

    private static Verified<ByteString> decrypt(Secret messageKey, SealedMessage message,
            Opening opening) {
        byte[] nonce = message.nonce().toByteArray();
        Secret bodyKey = KeySchedule.bodyKey(messageKey, nonce);
        try {
            return Verified.accepted(ByteString.copyFrom(
                    CIPHER.open(bodyKey, nonce, message.associatedData(opening.associatedData()),
                            message.body().toByteArray())));
        } catch (NoiseException e) {
            return Verified.rejected(RejectionCode.BAD_SIGNATURE,
                    "message: body or associated data were changed");
        } finally {
            bodyKey.destroy();
        }
    }

    private static KeySchedule.Step step(Secret rootKey, X25519KeyPair own, X25519PublicKey other)
            throws NoiseException {
        Secret agreed = own.agree(other);
        KeySchedule.Step step = KeySchedule.step(rootKey, agreed);
        agreed.destroy();
        return step;
    }

    private static <T> Verified<T> tooFar(int number, RatchetLimits limits) {
        return Verified.rejected(RejectionCode.INVALID, "message number: " + number
                + " (expected: at most " + limits.maximumSkip() + " left out)");
    }
}

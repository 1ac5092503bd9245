package network.dchat.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import network.dchat.identity.Certified;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.session.noise.X25519PublicKey;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The end-to-end sessions of one user's device: a machine by the core contract, owned by one
/// thread.
///
/// | input | effects |
/// |---|---|
/// | Start | [Persist, PrekeyIssued] if a prekey is due, SetTimer |
/// | Encrypt | Persist, Encrypted; or Refused |
/// | Decrypt | Persist, Decrypted; or Refused |
/// | RotatePrekey | Persist, PrekeyIssued, SetTimer |
/// | TimerElapsed | [Persist, PrekeyIssued] if due, SetTimer |
///
/// A refused request leaves the sessions as they were (one that found our own prekey expired may
/// have renewed it on the way). State that was persisted rebuilds the machine through the
/// constructor; it must never be rolled back to an older copy.
public final class Sessions {
    /// Longest plaintext in bytes: what the largest bucket holds beside a handshake.
    public static final int MAXIMUM_PLAINTEXT = Padding.BUCKETS.getLast() - Handshake.LENGTH
            - SealedMessage.OVERHEAD - 1;

    private final NetworkId network;
    private final SigningKey identity;
    private final WalletAddress address;
    private final SessionLimits limits;
    private final Prekeys prekeys;
    private final SessionTable table;

    /// A machine with what its store holds; nothing for a new installation.
    ///
    /// @throws IllegalStateException when a row does not decode
    public Sessions(NetworkId network, SigningKey identity, SessionLimits limits,
            Collection<StateRow> rows) {
        this.network = network;
        this.identity = identity;
        this.address = WalletAddress.of(identity.publicKey());
        this.limits = limits;
        this.prekeys = new Prekeys(network, identity, limits.prekeys());
        this.table = new SessionTable(limits);
        restore(rows);
    }

    /// Takes the next input, wipes its seed and says what is to be done.
    public List<Effect> apply(Input input) {
        Turn turn = new Turn();
        switch (input) {
            case Input.Start(Secret seed, long nowMillis) -> tidy(seed, nowMillis, turn);
            case Input.TimerElapsed(Timer _, Secret seed, long nowMillis) ->
                tidy(seed, nowMillis, turn);
            case Input.RotatePrekey(Secret seed, long nowMillis) -> rotate(seed, nowMillis, turn);
            case Input.Encrypt encrypt -> encrypt(encrypt, turn);
            case Input.Decrypt decrypt -> answer(decrypt.id(), decrypt(decrypt, turn), turn);
        }
        input.seed().destroy();
        return turn.effects();
    }

    /// The prekey for the user record; empty before [Input.Start].
    public Optional<Certified<SignedPrekey>> currentPrekey() {
        return prekeys.current().map(HeldPrekey::certified);
    }

    /// True when a message to the peer can be encrypted at this time without the peer's prekey.
    public boolean canEncrypt(PublicKey peer, long nowMillis) {
        return table.active(peer).filter(session -> isUsable(session, nowMillis)).isPresent();
    }

    /// Number of sessions kept.
    public int size() {
        return table.size();
    }

    private void restore(Collection<StateRow> rows) {
        List<Session> sessions = new ArrayList<>();
        for (StateRow row : rows) {
            try {
                if (row.key().startsWith(StateCodec.PREKEY)) {
                    prekeys.restore(StateCodec.decodePrekey(row.value()));
                } else if (row.key().startsWith(StateCodec.START)) {
                    StateCodec.SeenStart seen = StateCodec.decodeStart(row.key());
                    prekeys.restoreStart(seen.prekeyId(), seen.ephemeral());
                } else if (row.key().startsWith(StateCodec.SESSION)) {
                    sessions.add(StateCodec.decodeSession(row.value()));
                } else {
                    throw new IllegalArgumentException("unknown kind of row");
                }
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw new IllegalStateException(
                        "stored session state: row " + row.key() + " does not decode", e);
            }
        }
        table.restore(sessions);
    }

    private void tidy(Secret seed, long nowMillis, Turn turn) {
        if (prekeys.isRotationDue(nowMillis)) {
            rotate(seed, nowMillis, turn);
        } else {
            prekeys.prune(nowMillis, turn);
            setTimer(turn);
        }
        table.prune(nowMillis, turn);
    }

    private void rotate(Secret seed, long nowMillis, Turn turn) {
        turn.outcome(new Effect.PrekeyIssued(prekeys.rotate(seed, nowMillis, turn)));
        setTimer(turn);
    }

    private void setTimer(Turn turn) {
        turn.also(new Effect.SetTimer(Timer.ROTATION, prekeys.nextRotationAtMillis()));
    }

    private static void answer(long id, Verified<? extends Effect.Outcome> result, Turn turn) {
        switch (result) {
            case Verified.Accepted<? extends Effect.Outcome> accepted ->
                turn.outcome(accepted.value());
            case Verified.Rejected<? extends Effect.Outcome>(Rejection rejection) ->
                turn.also(new Effect.Refused(id, rejection));
        }
    }

    // Sending.

    private void encrypt(Input.Encrypt input, Turn turn) {
        if (input.peer().equals(identity.publicKey())) {
            answer(input.id(), rejected(RejectionCode.INVALID, "recipient: ourselves"), turn);
        } else if (input.plaintext().size() > MAXIMUM_PLAINTEXT) {
            answer(input.id(),
                    rejected(RejectionCode.TOO_LARGE, "plaintext: " + input.plaintext().size()
                            + " bytes (expected: at most " + MAXIMUM_PLAINTEXT + " bytes)"),
                    turn);
        } else {
            Optional<Session> active = table.active(input.peer());
            Verified<Session> chosen = choose(input, active, turn);
            answer(input.id(), chosen.then(session -> {
                Continuity continuity = continuity(active, session.start().peerPrekey());
                return Verified.accepted(seal(session, input, continuity, turn));
            }), turn);
        }
    }

    /// The active session, or a new one where there is none that the peer could still read.
    private Verified<Session> choose(Input.Encrypt input, Optional<Session> active, Turn turn) {
        if (active.isPresent() && isUsable(active.get(), input.nowMillis())
                && !isReplaced(active.get(), input)) {
            return Verified.accepted(active.get());
        }
        if (input.prekey().isEmpty()) {
            return rejected(RejectionCode.NOT_FOUND,
                    "session: none with " + input.peer() + ", and no prekey was given");
        }
        return offered(input, input.prekey().get()).then(prekey -> start(input, prekey, turn));
    }

    /// An unanswered start is of use only as long as the peer keeps the prekey's private half.
    private static boolean isUsable(Session session, long nowMillis) {
        return !session.ratchet().isExhausted() && (!session.isUnansweredStart()
                || nowMillis < session.start().peerPrekey().expiresAtMillis());
    }

    /// True when the offered prekey shows that the peer began anew. Its signature is looked at
    /// only if it says so.
    private boolean isReplaced(Session session, Input.Encrypt input) {
        if (input.prekey().isEmpty()) {
            return false;
        }
        SignedBytes signed = input.prekey().get();
        OptionalInt claimed = PrekeyNumbers.installationClaimed(signed);
        int known = session.start().peerPrekey().installation();
        if (claimed.isEmpty() || claimed.getAsInt() == known) {
            return false;
        }
        return offered(input, signed).toOptional()
                .filter(prekey -> session.start().peerPrekey().replacedBy(prekey)).isPresent();
    }

    private Verified<SignedPrekey> offered(Input.Encrypt input, SignedBytes signed) {
        return SignedPrekey.verify(signed, network, input.nowMillis())
                .then(prekey -> prekey.identityKey().equals(input.peer())
                        ? Verified.accepted(prekey)
                        : rejected(RejectionCode.INVALID,
                                "prekey: of " + prekey.identityKey() + ", not the recipient's"));
    }

    private Verified<Session> start(Input.Encrypt input, SignedPrekey prekey, Turn turn) {
        if (prekeys.isExpired(input.nowMillis())) {
            rotate(input.seed(), input.nowMillis(), turn);
        }
        HeldPrekey own = prekeys.current().orElseThrow();
        X25519KeyPair ephemeral = KeySchedule.pairFromSeed(input.seed(), "ephemeral");
        X25519KeyPair pair = KeySchedule.pairFromSeed(input.seed(), "ratchet");
        try {
            Handshake.Written written = Handshake.write(network, prekey, own, ephemeral);
            Ratchet ratchet = Ratchet.initiator(written.shared(), pair,
                    new X25519PublicKey(prekey.publicKey()));
            ephemeral.privateKey().destroy();
            Session.Start start = new Session.Start(ephemeral.publicKey(), input.peer(), true,
                    input.nowMillis(), PeerPrekey.of(prekey), written.message());
            return Verified.accepted(
                    new Session(start, table.nextRank(), false, input.nowMillis(), ratchet));
        } catch (NoiseException e) {
            return rejected(RejectionCode.INVALID, "prekey: of small order");
        }
    }

    private Effect.Encrypted seal(Session session, Input.Encrypt input, Continuity continuity,
            Turn turn) {
        ByteString front = session.front();
        int overhead = front.size() + SealedMessage.OVERHEAD;
        int bucket = Padding.bucket(overhead + input.plaintext().size() + 1).orElseThrow();
        byte[] padded = Padding.pad(input.plaintext(), bucket - overhead);
        Ratchet.Sealed sealed = session.ratchet().seal(front, padded, input.associatedData(),
                input.seed());
        Session next = session.sent(sealed.next(), input.nowMillis());
        table.store(next, turn);
        session.ratchet().destroyExcept(next.ratchet());
        table.enforceBounds(next, turn);
        return new Effect.Encrypted(input.id(), input.peer(), sealed.message().encode(),
                continuity);
    }

    // Receiving.

    private Verified<Effect.Decrypted> decrypt(Input.Decrypt input, Turn turn) {
        ByteString ciphertext = input.ciphertext();
        OptionalInt bucket = Padding.bucket(ciphertext.size());
        if (bucket.isEmpty() || bucket.getAsInt() != ciphertext.size()) {
            return rejected(RejectionCode.MALFORMED, "ciphertext: " + ciphertext.size()
                    + " bytes (expected: one of " + Padding.BUCKETS + ")");
        }
        boolean mayStart = ciphertext.size() >= Handshake.LENGTH + SealedMessage.OVERHEAD;
        X25519PublicKey ephemeral = new X25519PublicKey(
                ciphertext.substring(0, X25519PublicKey.LENGTH));
        Optional<Session> named = table.find(ephemeral);
        if (mayStart && named.isPresent()) {
            SealedMessage message = SealedMessage.parse(ciphertext, Handshake.LENGTH);
            return named.get().ratchet().match(new HeaderTrial(message))
                    .map(match -> open(named.get(), match, message, input, turn))
                    .orElseGet(() -> rejected(RejectionCode.NOT_FOUND,
                            "message: no key of its session opens the header"));
        }
        if (mayStart && prekeys.hasSeen(ephemeral)) {
            return rejected(RejectionCode.REPLAYED, "handshake: its session has been dropped");
        }
        SealedMessage message = SealedMessage.parse(ciphertext, 0);
        HeaderTrial trial = new HeaderTrial(message);
        for (Session session : table.lastUsedFirst()) {
            Optional<Ratchet.Match> match = session.ratchet().match(trial);
            if (match.isPresent()) {
                return open(session, match.get(), message, input, turn);
            }
        }
        if (!mayStart) {
            return rejected(RejectionCode.NOT_FOUND, "message: for no session that is kept");
        }
        return Handshake
                .read(network, identity.publicKey(), prekeys.kept(input.nowMillis()),
                        ciphertext.substring(0, Handshake.LENGTH), input.nowMillis(),
                        limits.prekeys().keptMillis())
                .then(read -> accept(read, ephemeral, input, turn));
    }

    private Verified<Effect.Decrypted> open(Session session, Ratchet.Match match,
            SealedMessage message, Input.Decrypt input, Turn turn) {
        return plaintext(session.ratchet(), match, message, input).then(read -> {
            Session next = session.received(read.ratchet(), input.nowMillis());
            Optional<Session> active = table.active(session.peer());
            if (session.isUnansweredStart()
                    && active.filter(Session::isUnansweredStart).isPresent()) {
                next = next.withRank(table.nextRank());
            }
            table.store(next, turn);
            return Verified.accepted(new Effect.Decrypted(input.id(), session.peer(),
                    read.plaintext(), Continuity.CONTINUED));
        });
    }

    /// Makes a session of a handshake that was not seen before.
    private Verified<Effect.Decrypted> accept(Handshake.Read read, X25519PublicKey ephemeral,
            Input.Decrypt input, Turn turn) {
        PublicKey peer = read.sender().identityKey();
        if (peer.equals(identity.publicKey())) {
            return rejected(RejectionCode.INVALID, "sender: ourselves");
        }
        if (prekeys.isSpent(read.prekey()) || !table.hasRoomFor(peer)) {
            return rejected(RejectionCode.OVERLOADED,
                    "handshake: too many for one prekey, or too many sessions");
        }
        Ratchet ratchet = Ratchet.responder(read.shared(), read.prekey().pair());
        SealedMessage message = SealedMessage.parse(input.ciphertext(), Handshake.LENGTH);
        Optional<Ratchet.Match> match = ratchet.match(new HeaderTrial(message));
        if (match.isEmpty()) {
            return rejected(RejectionCode.BAD_SIGNATURE, "message: header was changed");
        }
        return plaintext(ratchet, match.get(), message, input).then(opened -> {
            PeerPrekey peerPrekey = PeerPrekey.of(read.sender());
            Session.Start start = new Session.Start(ephemeral, peer, false, input.nowMillis(),
                    peerPrekey, ByteString.EMPTY);
            Optional<Session> active = table.active(peer);
            keep(new Session(start, table.nextRank(), false, input.nowMillis(), opened.ratchet()),
                    active, turn);
            prekeys.remember(read.prekey(), ephemeral, turn);
            if (prekeys.isRotationDue(input.nowMillis())) {
                rotate(input.seed(), input.nowMillis(), turn);
            }
            return Verified.accepted(new Effect.Decrypted(input.id(), peer, opened.plaintext(),
                    continuity(active, peerPrekey)));
        });
    }

    /// The latest start becomes the active session, except where it crossed one of ours: then the
    /// lower address's stays.
    private void keep(Session accepted, Optional<Session> active, Turn turn) {
        table.store(accepted, turn);
        int installation = accepted.start().peerPrekey().installation();
        boolean lower = address.compareTo(WalletAddress.of(accepted.peer())) < 0;
        active.filter(ours -> lower && ours.isUnansweredStart()
                && ours.start().peerPrekey().installation() == installation)
                .ifPresent(ours -> table.store(ours.withRank(table.nextRank()), turn));
        table.enforceBounds(accepted, turn);
    }

    /// A plaintext and the ratchet after it.
    private record Plaintext(Ratchet ratchet, ByteString plaintext) {}

    private Verified<Plaintext> plaintext(Ratchet ratchet, Ratchet.Match match,
            SealedMessage message, Input.Decrypt input) {
        Ratchet.Opening opening = new Ratchet.Opening(input.associatedData(), input.seed(),
                input.nowMillis(), limits.ratchet());
        return ratchet.open(match, message, opening)
                .then(opened -> Padding.unpad(opened.padded().toByteArray())
                        .map(content -> Verified.accepted(new Plaintext(opened.next(), content)))
                        .orElseGet(() -> rejected(RejectionCode.MALFORMED, "message: no padding")));
    }

    private static Continuity continuity(Optional<Session> earlier, PeerPrekey now) {
        return earlier
                .map(session -> session.start().peerPrekey().installation() == now.installation()
                        ? Continuity.CONTINUED
                        : Continuity.NEW_INSTALLATION)
                .orElse(Continuity.FIRST_CONTACT);
    }

    private static <T> Verified<T> rejected(RejectionCode code, String reason) {
        return Verified.rejected(code, reason);
    }
}

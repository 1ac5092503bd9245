package network.dchat.session.noise;

import java.util.Map;
import java.util.Optional;

/// The patterns of sections 7.4 (one-way), 7.5 (interactive) and 18.1 (deferred), written as in
/// the specification: pre-messages before the colon (`->` the initiator's static key, `<-` the
/// responder's), then the messages.
final class PatternTable {
    private static final Map<String, String> PATTERNS = Map.ofEntries(Map.entry("N", "<- : e es"),
            Map.entry("K", "-> <- : e es ss"), Map.entry("X", "<- : e es s ss"),

            Map.entry("NN", ": e / e ee"), Map.entry("NK", "<- : e es / e ee"),
            Map.entry("NX", ": e / e ee s es"), Map.entry("XN", ": e / e ee / s se"),
            Map.entry("XK", "<- : e es / e ee / s se"), Map.entry("XX", ": e / e ee s es / s se"),
            Map.entry("KN", "-> : e / e ee se"), Map.entry("KK", "-> <- : e es ss / e ee se"),
            Map.entry("KX", "-> : e / e ee se s es"), Map.entry("IN", ": e s / e ee se"),
            Map.entry("IK", "<- : e es s ss / e ee se"), Map.entry("IX", ": e s / e ee se s es"),

            Map.entry("NK1", "<- : e / e ee es"), Map.entry("NX1", ": e / e ee s / es"),
            Map.entry("X1N", ": e / e ee / s / se"), Map.entry("X1K", "<- : e es / e ee / s / se"),
            Map.entry("XK1", "<- : e / e ee es / s se"),
            Map.entry("X1K1", "<- : e / e ee es / s / se"),
            Map.entry("X1X", ": e / e ee s es / s / se"),
            Map.entry("XX1", ": e / e ee s / es s se"),
            Map.entry("X1X1", ": e / e ee s / es s / se"), Map.entry("K1N", "-> : e / e ee / se"),
            Map.entry("K1K", "-> <- : e es / e ee / se"),
            Map.entry("KK1", "-> <- : e / e ee se es"),
            Map.entry("K1K1", "-> <- : e / e ee es / se"),
            Map.entry("K1X", "-> : e / e ee s es / se"),
            Map.entry("KX1", "-> : e / e ee se s / es"),
            Map.entry("K1X1", "-> : e / e ee s / se es"), Map.entry("I1N", ": e s / e ee / se"),
            Map.entry("I1K", "<- : e es s / e ee / se"), Map.entry("IK1", "<- : e s / e ee se es"),
            Map.entry("I1K1", "<- : e s / e ee es / se"),
            Map.entry("I1X", ": e s / e ee s es / se"), Map.entry("IX1", ": e s / e ee se s / es"),
            Map.entry("I1X1", ": e s / e ee s / se es"));

    private PatternTable() {}

    /// The text of a pattern without modifiers.
    static Optional<String> find(String name) {
        return Optional.ofNullable(PATTERNS.get(name));
    }
}

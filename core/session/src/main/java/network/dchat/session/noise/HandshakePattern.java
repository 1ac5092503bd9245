package network.dchat.session.noise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A handshake pattern with its modifiers applied: which keys are known beforehand and what each
/// message holds (section 7).
///
/// @param name the pattern's name, such as `X`, `IK1` or `XXpsk3`
/// @param initiatorKnown whether the responder knows the initiator's static key beforehand
/// @param responderKnown whether the initiator knows the responder's static key beforehand
/// @param messages the tokens of each message; the initiator writes the first, then they
///     alternate
/// @param presharedKeys how many pre-shared keys there are
record HandshakePattern(String name, boolean initiatorKnown, boolean responderKnown,
        List<List<Token>> messages, int presharedKeys) {
    private static final Pattern NAME = Pattern
            .compile("([A-Z][A-Z0-9]*)((?:psk[0-9])(?:\\+psk[0-9])*)?");
    private static final int MODIFIER_LENGTH = "psk0".length();

    HandshakePattern {
        messages = messages.stream().map(List::copyOf).toList();
    }

    /// The pattern of this name; empty when there is none or a modifier has no place in it.
    static Optional<HandshakePattern> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<String> text = PatternTable.find(matcher.group(1));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<List<Token>> messages = messages(text.get());
        int presharedKeys = 0;
        if (matcher.group(2) != null) {
            for (String modifier : matcher.group(2).split("\\+", -1)) {
                int position = modifier.charAt(MODIFIER_LENGTH - 1) - '0';
                if (position > messages.size()) {
                    return Optional.empty();
                }
                insertPresharedKey(messages, position);
                presharedKeys++;
            }
        }
        String prologue = text.get().substring(0, text.get().indexOf(':'));
        return Optional.of(new HandshakePattern(name, prologue.contains("->"),
                prologue.contains("<-"), messages, presharedKeys));
    }

    /// True for N, K and X: only the initiator ever sends (section 7.4).
    boolean isOneWay() {
        return messages.size() == 1;
    }

    /// True when this side writes the token in some message.
    boolean writes(Role role, Token token) {
        for (int index = 0; index < messages.size(); index++) {
            boolean initiatorWrites = index % 2 == 0;
            if (initiatorWrites == (role == Role.INITIATOR)
                    && messages.get(index).contains(token)) {
                return true;
            }
        }
        return false;
    }

    /// psk0 stands before the first token of the first message, pskN after the last of the N-th.
    private static void insertPresharedKey(List<List<Token>> messages, int position) {
        if (position == 0) {
            messages.getFirst().addFirst(Token.PSK);
        } else {
            messages.get(position - 1).addLast(Token.PSK);
        }
    }

    private static List<List<Token>> messages(String text) {
        List<List<Token>> messages = new ArrayList<>();
        for (String message : text.substring(text.indexOf(':') + 1).split("/", -1)) {
            List<Token> tokens = new ArrayList<>();
            for (String token : message.strip().split(" ", -1)) {
                tokens.add(Token.valueOf(token.toUpperCase(Locale.ROOT)));
            }
            messages.add(tokens);
        }
        return messages;
    }
}

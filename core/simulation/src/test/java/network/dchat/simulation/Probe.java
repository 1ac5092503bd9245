package network.dchat.simulation;

import java.util.ArrayList;
import java.util.List;

/// A machine of words: it writes down what happens to it and answers as it was told to.
final class Probe implements Machine<String, String> {
    /// What a node does when something happens, said in one line such as `receives from b: hello`.
    @FunctionalInterface
    interface Script {
        List<Action<String, String>> react(String happening);
    }

    private final Script script;
    private final List<String> happenings;

    Probe(Script script, List<String> happenings) {
        this.script = script;
        this.happenings = happenings;
    }

    /// A node that only listens; what happens to it goes to `happenings`.
    static MachineFactory<String, String> listener(List<String> happenings) {
        return _ -> new Probe(_ -> List.of(), happenings);
    }

    static MachineFactory<String, String> of(List<String> happenings, Script script) {
        return _ -> new Probe(script, happenings);
    }

    @Override
    public List<Action<String, String>> start(long nowMillis) {
        return happens("start");
    }

    @Override
    public List<Action<String, String>> receive(String from, String message, long nowMillis) {
        return happens("receives from " + from + ": " + message);
    }

    @Override
    public List<Action<String, String>> apply(String input) {
        return happens(input);
    }

    @Override
    public List<Action<String, String>> called(Caller caller, String request, long nowMillis) {
        List<Action<String, String>> actions = new ArrayList<>(happens("is called: " + request));
        if (!request.equals("silence")) {
            actions.add(Action.reply(caller, "reply to " + request));
        }
        return actions;
    }

    @Override
    public List<Action<String, String>> peerUp(String peer, long nowMillis) {
        return happens("up: " + peer);
    }

    @Override
    public List<Action<String, String>> peerDown(String peer, long nowMillis) {
        return happens("down: " + peer);
    }

    private List<Action<String, String>> happens(String happening) {
        happenings.add(happening);
        return script.react(happening);
    }
}

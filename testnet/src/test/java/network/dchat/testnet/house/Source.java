package network.dchat.testnet.house;

import java.net.URI;
import java.util.List;
import javax.tools.SimpleJavaFileObject;

/// One source file in memory.
final class Source extends SimpleJavaFileObject {
    private final String file;
    private final String text;

    /// @param file how complaints name it, with the path from the root of the project
    Source(String file, String text) {
        super(URI.create("memory:///" + file), Kind.SOURCE);
        this.file = file;
        this.text = text;
    }

    @Override
    public String getName() {
        return file;
    }

    @Override
    public String getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /// True for what is shipped; tests may be plainer.
    boolean isShipped() {
        return isShipped(file);
    }

    static boolean isShipped(String file) {
        return file.contains("src/main/");
    }
}

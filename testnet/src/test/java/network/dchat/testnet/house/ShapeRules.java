package network.dchat.testnet.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Sizes, names and documentation of types and methods.
final class ShapeRules extends TreePathScanner<@Nullable Void, @Nullable Void> {
    static final int MOST_CLASS_LINES = 600;
    static final int MOST_METHOD_LINES = 70;
    static final int MOST_CONSTRUCTOR_ARGUMENTS = 7;

    /// Words that say nothing about what a type is. A JDK key or trust manager is called so.
    private static final Pattern EMPTY_WORD = Pattern
            .compile("((?<!Key|Trust)Manager|Helper|Utils?|Impl|Data|Info)$");

    private final CompilationUnitTree unit;
    private final DocTrees trees;
    private final List<String> broken;
    private final boolean shipped;
    /// A record's constructor has an argument a component, each named where it is made.
    private boolean insideRecord;

    private ShapeRules(CompilationUnitTree unit, DocTrees trees, List<String> broken) {
        this.unit = unit;
        this.trees = trees;
        this.broken = broken;
        shipped = Source.isShipped(unit.getSourceFile().getName());
    }

    /// What is wrong in these files, a line for each.
    static List<String> broken(List<Source> sources) {
        List<String> broken = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT,
                StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null,
                    List.of("--release", "25"), null, sources);
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new ShapeRules(unit, trees, broken).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return broken;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void context) {
        String name = type.getSimpleName().toString();
        atMost(type, "class " + name + " has lines:", lines(type), MOST_CLASS_LINES);
        if (EMPTY_WORD.matcher(name).find()) {
            note(type, "class " + name + " has a name that says nothing");
        }
        if (shipped && isPublic(type) && trees.getDocComment(getCurrentPath()) == null) {
            note(type, "class " + name + " is public and has no documentation");
        }
        boolean outer = insideRecord;
        insideRecord = type.getKind() == Tree.Kind.RECORD;
        if (insideRecord && shipped) {
            bareBytes(type);
        }
        super.visitClass(type, null);
        insideRecord = outer;
        return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void context) {
        atMost(method, "method " + method.getName() + " has lines:", lines(method),
                MOST_METHOD_LINES);
        boolean constructor = method.getName().contentEquals("<init>");
        if (constructor && !insideRecord && method.getBody() != null) {
            atMost(method, "constructor has arguments:", method.getParameters().size(),
                    MOST_CONSTRUCTOR_ARGUMENTS);
        }
        return super.visitMethod(method, null);
    }

    /// The components of a record are its fields that are not static.
    private void bareBytes(ClassTree type) {
        for (Tree member : type.getMembers()) {
            if (member instanceof VariableTree field
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC)
                    && field.getType().toString().equals("byte[]")) {
                note(field, "record " + type.getSimpleName() + " holds a bare byte[]: "
                        + field.getName());
            }
        }
    }

    private static boolean isPublic(ClassTree type) {
        return type.getModifiers().getFlags().contains(Modifier.PUBLIC);
    }

    private void atMost(Tree tree, String what, long size, int most) {
        if (size > most) {
            note(tree, what + " " + size + " (at most " + most + ")");
        }
    }

    private void note(Tree tree, String what) {
        long start = trees.getSourcePositions().getStartPosition(unit, tree);
        broken.add(unit.getSourceFile().getName() + ":" + unit.getLineMap().getLineNumber(start)
                + " " + what);
    }

    private long lines(Tree tree) {
        long start = trees.getSourcePositions().getStartPosition(unit, tree);
        long end = trees.getSourcePositions().getEndPosition(unit, tree);
        return end < 0
                ? 0
                : unit.getLineMap().getLineNumber(end) - unit.getLineMap().getLineNumber(start) + 1;
    }
}

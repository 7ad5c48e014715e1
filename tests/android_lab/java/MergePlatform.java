import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jetbrains.org.objectweb.asm.ClassReader;
import org.jetbrains.org.objectweb.asm.ClassWriter;
import org.jetbrains.org.objectweb.asm.Opcodes;
import org.jetbrains.org.objectweb.asm.tree.ClassNode;
import org.jetbrains.org.objectweb.asm.tree.FieldNode;
import org.jetbrains.org.objectweb.asm.tree.InnerClassNode;
import org.jetbrains.org.objectweb.asm.tree.MethodNode;

/**
 * Writes the classes of newer versions of Android: those of an older android.jar with more members, and new ones.
 *
 * <p>Arguments: android.jar, a folder with classes of what is newer alone, and a folder to write into. A method that
 * android.jar has too gets the stub's type parameters, annotations and deprecation; if that changes nothing, it is an
 * error, so that the stubs hold no more than they must.
 */
final class MergePlatform {
    public static void main(String[] arguments) throws IOException {
        Path stubs = Path.of(arguments[1]);
        Path target = Path.of(arguments[2]);
        Files.createDirectories(target);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(stubs)) {
            files = walk.filter(path -> path.toString().endsWith(".class")).toList();
        }
        try (ZipFile platform = new ZipFile(arguments[0])) {
            Set<String> stubbed = new HashSet<>();
            for (Path file : files) {
                String name = stubs.relativize(file).toString();
                byte[] newer = Files.readAllBytes(file);
                ZipEntry entry = platform.getEntry(name);
                write(target, name, entry == null ? newer : merge(platform.getInputStream(entry), newer));
                stubbed.add(outermost(name));
            }
            // The compiler looks for a class's nested classes where it found the class.
            for (ZipEntry entry : (Iterable<ZipEntry>) platform.stream().map(each -> (ZipEntry) each)::iterator) {
                String name = entry.getName();
                if (stubbed.contains(outermost(name)) && !Files.exists(target.resolve(name))) {
                    write(target, name, platform.getInputStream(entry).readAllBytes());
                }
            }
        } catch (IllegalArgumentException error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }

    private static void write(Path folder, String name, byte[] content) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.write(target, content);
    }

    private static String outermost(String file) {
        return file.replaceFirst("(\\$.*)?\\.class$", "");
    }

    private static byte[] merge(InputStream platform, byte[] newer) throws IOException {
        ClassNode whole = read(platform.readAllBytes());
        ClassNode part = read(newer);
        Set<String> names = new HashSet<>();
        whole.fields.forEach(field -> names.add(field.name));
        for (FieldNode field : part.fields) {
            require(names.add(field.name), part, field.name);
            whole.fields.add(field);
        }
        Map<String, MethodNode> methods = new HashMap<>();
        whole.methods.forEach(method -> methods.put(method.name + method.desc, method));
        for (MethodNode method : part.methods) {
            MethodNode older = methods.get(method.name + method.desc);
            // Java gives every class a constructor; the platform's class has its own.
            if (method.name.startsWith("<")) {
                continue;
            }
            if (older == null) {
                whole.methods.add(method);
            } else {
                require(declare(older, method), part, method.name);
            }
        }
        whole.innerClasses.forEach(inner -> names.add(inner.name));
        for (InnerClassNode inner : part.innerClasses) {
            if (names.add(inner.name)) {
                whole.innerClasses.add(inner);
            }
        }
        ClassWriter writer = new ClassWriter(0);
        whole.accept(writer);
        return writer.toByteArray();
    }

    /** Has a method say what a newer declaration of it says; returns whether that is more. */
    private static boolean declare(MethodNode older, MethodNode newer) {
        boolean more = newer.signature != null && !newer.signature.equals(older.signature);
        more |= newer.invisibleAnnotations != null || newer.invisibleParameterAnnotations != null;
        more |= (newer.access & Opcodes.ACC_DEPRECATED) != (older.access & Opcodes.ACC_DEPRECATED);
        if (newer.signature != null) {
            older.signature = newer.signature;
        }
        older.access = (older.access & ~Opcodes.ACC_DEPRECATED) | (newer.access & Opcodes.ACC_DEPRECATED);
        older.visibleAnnotations = newer.visibleAnnotations;
        older.invisibleAnnotations = newer.invisibleAnnotations;
        older.invisibleParameterAnnotations = newer.invisibleParameterAnnotations;
        older.invisibleAnnotableParameterCount = newer.invisibleAnnotableParameterCount;
        return more;
    }

    private static ClassNode read(byte[] content) {
        ClassNode node = new ClassNode();
        new ClassReader(content).accept(node, 0);
        return node;
    }

    private static void require(boolean isNew, ClassNode owner, String member) {
        if (!isNew) {
            String name = owner.name.replace('/', '.') + "." + member;
            throw new IllegalArgumentException(name + ": android.jar of API 23 has it; remove it from the stubs");
        }
    }
}

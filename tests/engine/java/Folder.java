import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;

/** jr://file/x and jr://file-csv/x, from the folder of this request. */
record Folder(Path folder) implements ReferenceFactory {
    @Override
    public boolean derives(String uri) {
        return uri.startsWith("jr://file");
    }

    @Override
    public Reference derive(String uri) {
        return new OnDisk(uri, folder.resolve(uri.substring(uri.lastIndexOf('/') + 1)));
    }

    @Override
    public Reference derive(String uri, String context) {
        return derive(uri);
    }
}

record OnDisk(String uri, Path path) implements Reference {
    @Override
    public boolean doesBinaryExist() {
        return Files.exists(path);
    }

    @Override
    public InputStream getStream() throws java.io.IOException {
        return Files.newInputStream(path);
    }

    @Override
    public String getURI() {
        return uri;
    }

    @Override
    public String getLocalURI() {
        return path.toString();
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public OutputStream getOutputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reference[] probeAlternativeReferences() {
        return new Reference[0];
    }
}

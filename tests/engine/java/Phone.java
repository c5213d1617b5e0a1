import java.util.List;
import java.util.Map;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.properties.IPropertyRules;

/** Who fills the form, for deviceid and username. */
final class Phone implements IPropertyManager {
    private static final Map<String, String> KNOWN = Map.of("deviceid", "tests:engine", "username", "engine");

    @Override
    public String getSingularProperty(String name) {
        return KNOWN.getOrDefault(name, "");
    }

    @Override
    public List<String> getProperty(String name) {
        return List.of(getSingularProperty(name));
    }

    @Override
    public void setProperty(String name, String value) {}

    @Override
    public void setProperty(String name, List<String> value) {}

    @Override
    public void addRules(IPropertyRules rules) {}

    @Override
    public List<IPropertyRules> getRules() {
        return List.of();
    }
}

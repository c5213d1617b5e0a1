import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.DateTimeData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.model.utils.IPreloadHandler;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;

/**
 * Fills forms with JavaRosa, the engine inside ODK Collect, as a person would: question by question, only those in view.
 *
 * Opening a draft or an edit follows Collect: the saved XML is poured into the form's own skeleton
 * (TreeElement.populate), then the form is initialised as not new. One JSON request per line on stdin, one JSON
 * response per line on stdout; see tests/engine/engine.py for both.
 */
public final class Fill {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode request;
    private final Path folder;
    private FormEntryController controller;
    private FormEntryModel model;

    private Fill(JsonNode request, Path folder) {
        this.request = request;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err);
        new JavaRosaCoreModule().registerModule();
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new Phone());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode response;
            Path folder = Files.createTempDirectory("fill");
            try {
                response = new Fill(JSON.readTree(line), folder).run();
            } catch (Throwable error) {
                java.io.StringWriter trace = new java.io.StringWriter();
                error.printStackTrace(new java.io.PrintWriter(trace));
                response = JSON.createObjectNode().put("error", String.valueOf(error.getMessage())).put("stack", trace.toString());
            } finally {
                for (java.io.File file : folder.toFile().listFiles()) {
                    file.delete();
                }
                Files.delete(folder);
            }
            out.println(JSON.writeValueAsString(response));
        }
    }

    private ObjectNode run() throws Exception {
        write(request.get("media"));
        String saved = request.path("edit_of").isTextual() ? request.get("edit_of").asText() : null;
        open(saved);
        ArrayNode looks = JSON.createArrayNode();
        for (JsonNode step : request.get("steps")) {
            if (step.has("set")) {
                answer(step.get("set").asText(), step.get("to").asText());
            } else if (step.has("look")) {
                ObjectNode seen = looks.addObject();
                for (JsonNode path : step.get("look")) {
                    seen.set(path.asText(), look(path.asText()));
                }
            } else if (step.has("reopen")) {
                write(step.get("reopen"));
                open(serialise());
            }
        }
        ArrayNode violations = violations();
        if (saved != null) {
            renew();
        }
        controller.finalizeFormEntry();
        ObjectNode response = JSON.createObjectNode();
        response.put("xml", serialise());
        response.set("violations", violations);
        response.set("looks", looks);
        return response;
    }

    private void write(JsonNode media) throws Exception {
        for (Iterator<Map.Entry<String, JsonNode>> files = media.fields(); files.hasNext(); ) {
            Map.Entry<String, JsonNode> file = files.next();
            Files.writeString(folder.resolve(file.getKey()), file.getValue().asText());
        }
    }

    private void open(String saved) throws Exception {
        ReferenceManager.instance().reset();
        ReferenceManager.instance().addReferenceFactory(new Folder(folder));
        FormDef form = new XFormParser(new StringReader(clocked(request.get("xform").asText()))).parse();
        if (now() != null) {
            form.getPreloader().addPreloadHandler(new Clock("timestamp", new DateTimeData(Date.from(now().toInstant()))));
            form.getPreloader().addPreloadHandler(new Clock("date", new DateData(Date.from(now().toInstant()))));
        }
        model = new FormEntryModel(form);
        controller = new FormEntryController(model);
        if (saved != null) {
            TreeElement root = XFormParser.restoreDataModel(saved.getBytes(StandardCharsets.UTF_8), null).getRoot();
            TreeElement skeleton = form.getInstance().getRoot().deepCopy(true);
            skeleton.populate(root, form);
            form.getInstance().setRoot(skeleton);
        }
        form.initialize(saved == null, new InstanceInitializationFactory());
        if (form.getLocalizer() != null) {
            controller.setLanguage(form.getLocalizer().getDefaultLocale());
        }
    }

    private OffsetDateTime now() {
        return request.path("now").isTextual() ? OffsetDateTime.parse(request.get("now").asText()) : null;
    }

    /** JavaRosa reads the machine's clock only; on another day the form's own questions about it have fixed answers. */
    private String clocked(String xform) {
        if (now() == null) {
            return xform;
        }
        return xform.replace("today()", "date('" + now().toLocalDate() + "')").replace("now()", "date-time('" + now() + "')");
    }

    /** What Collect does to an edited form: a new instanceID, the old one kept as deprecatedID. */
    private void renew() {
        TreeElement meta = model.getForm().getInstance().getRoot().getFirstChild("meta");
        TreeElement id = meta.getFirstChild("instanceID");
        TreeElement old = meta.getFirstChild("deprecatedID");
        if (old == null) {
            old = new TreeElement("deprecatedID");
            old.setNamespace(id.getNamespace());
            old.setNamespacePrefix(id.getNamespacePrefix());
            meta.addChild(old);
        }
        old.setAnswer(id.getValue());
        id.setAnswer(new StringData("uuid:" + UUID.randomUUID()));
    }

    private String serialise() throws Exception {
        byte[] xml = new XFormSerializingVisitor().serializeInstance(model.getForm().getInstance());
        return new String(xml, StandardCharsets.UTF_8);
    }

    /** The question called `name` or `repeat[2]/name`; repeats are opened as far as needed. */
    private FormIndex find(String path) {
        String[] steps = path.split("/");
        String name = steps[steps.length - 1];
        if (steps.length == 1) {
            return only(path, candidates(name, null, 0));
        }
        String repeat = steps[0].replaceAll("\\[.*", "");
        int wanted = steps[0].contains("[") ? Integer.parseInt(steps[0].replaceAll(".*\\[|\\]", "")) - 1 : 0;
        for (int guard = 0; guard < 50; guard++) {
            List<FormIndex> found = candidates(name, repeat, wanted);
            if (!found.isEmpty()) {
                return only(path, found);
            }
            FormIndex more = newRepeat(repeat);
            if (more == null) {
                throw new IllegalStateException(path + " is not in view");
            }
            controller.newRepeat(more);
        }
        throw new IllegalStateException("no question is called " + path);
    }

    private FormIndex only(String path, List<FormIndex> found) {
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " questions are called " + path);
        }
        return found.get(0);
    }

    private List<FormIndex> questions() {
        List<FormIndex> all = new ArrayList<>();
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        for (index = model.incrementIndex(index); !index.isEndOfFormIndex(); index = model.incrementIndex(index)) {
            if (model.getEvent(index) == FormEntryController.EVENT_QUESTION) {
                all.add(index);
            }
        }
        return all;
    }

    private List<FormIndex> candidates(String name, String repeat, int wanted) {
        List<FormIndex> found = new ArrayList<>();
        for (FormIndex index : questions()) {
            TreeReference reference = index.getReference();
            if (!reference.getNameLast().equals(name)) {
                continue;
            }
            boolean fits = repeat == null;
            for (int i = 0; repeat != null && i < reference.size(); i++) {
                fits |= reference.getName(i).equals(repeat) && reference.getMultiplicity(i) == wanted;
            }
            if (fits) {
                found.add(index);
            }
        }
        return found;
    }

    private FormIndex newRepeat(String repeat) {
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        for (index = model.incrementIndex(index); !index.isEndOfFormIndex(); index = model.incrementIndex(index)) {
            if (model.getEvent(index) == FormEntryController.EVENT_PROMPT_NEW_REPEAT
                    && index.getReference().getNameLast().equals(repeat) && model.isIndexRelevant(index)) {
                return index;
            }
        }
        return null;
    }

    private void answer(String path, String text) {
        FormIndex index = find(path);
        if (!model.isIndexRelevant(index)) {
            throw new IllegalStateException(path + " is not in view");
        }
        FormEntryPrompt prompt = model.getQuestionPrompt(index);
        IAnswerData data = data(path, prompt, text);
        // A wrong answer is not stored by JavaRosa; a person cannot leave the page with it.
        if (controller.answerQuestion(index, data, true) == FormEntryController.ANSWER_CONSTRAINT_VIOLATED) {
            String why = prompt.getConstraintText(data);
            refused.addArray().add(index.getReference().toString(false)).add("constraint").add(why == null ? "" : why);
        }
    }

    private final ArrayNode refused = JSON.createArrayNode();

    private IAnswerData data(String path, FormEntryPrompt prompt, String text) {
        if (text.isEmpty()) {
            return null;
        }
        int control = prompt.getControlType();
        if (control == Constants.CONTROL_SELECT_ONE || control == Constants.CONTROL_SELECT_MULTI) {
            List<Selection> chosen = new ArrayList<>();
            for (String value : control == Constants.CONTROL_SELECT_ONE ? new String[] {text} : text.split(" ")) {
                chosen.add(choice(path, prompt, value).selection());
            }
            return control == Constants.CONTROL_SELECT_ONE ? new SelectOneData(chosen.get(0)) : new MultipleItemsData(chosen);
        }
        if (control != Constants.CONTROL_INPUT) {
            return new StringData(text);
        }
        return AnswerDataFactory.templateByDataType(prompt.getDataType()).cast(new UncastData(text));
    }

    private SelectChoice choice(String path, FormEntryPrompt prompt, String value) {
        StringBuilder offered = new StringBuilder();
        for (SelectChoice choice : prompt.getSelectChoices()) {
            if (choice.getValue().equals(value)) {
                return choice;
            }
            offered.append(' ').append(choice.getValue());
        }
        throw new IllegalStateException(path + " does not offer " + value + "; it offers" + offered);
    }

    private ObjectNode look(String path) {
        ObjectNode seen = JSON.createObjectNode();
        List<FormIndex> found = path.contains("/") ? List.of(find(path)) : candidates(path, null, 0);
        if (found.size() == 1) {
            FormIndex index = found.get(0);
            FormEntryPrompt prompt = model.getQuestionPrompt(index);
            seen.put("relevant", model.isIndexRelevant(index));
            seen.put("label", String.valueOf(prompt.getQuestionText()));
            if (prompt.getControlType() == Constants.CONTROL_SELECT_ONE || prompt.getControlType() == Constants.CONTROL_SELECT_MULTI) {
                ArrayNode options = seen.putArray("options");
                prompt.getSelectChoices().forEach(choice -> options.add(choice.getValue()));
            }
            // After the choices: JavaRosa takes back an answer that is no longer offered while making the list.
            seen.put("value", text(model.getQuestionPrompt(index).getAnswerValue()));
            return seen;
        }
        TreeElement node = hidden(model.getForm().getInstance().getRoot(), path);
        if (node == null) {
            throw new IllegalStateException("nothing is called " + path);
        }
        return seen.put("relevant", node.isRelevant()).put("label", "").put("value", text(node.getValue()));
    }

    private static TreeElement hidden(TreeElement under, String name) {
        for (int i = 0; i < under.getNumChildren(); i++) {
            TreeElement child = under.getChildAt(i);
            TreeElement found = child.getName().equals(name) ? child : hidden(child, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static String text(IAnswerData data) {
        return data == null ? "" : data.uncast().getString();
    }

    private ArrayNode violations() {
        ArrayNode all = JSON.createArrayNode();
        all.addAll(refused);
        for (FormIndex index : questions()) {
            FormEntryPrompt prompt = model.getQuestionPrompt(index);
            if (model.isIndexRelevant(index) && prompt.isRequired() && prompt.getAnswerValue() == null) {
                all.addArray().add(index.getReference().toString(false)).add("required").add("");
            }
        }
        return all;
    }

    /** start, end and today of another day. */
    private record Clock(String preloadHandled, IAnswerData moment) implements IPreloadHandler {
        @Override
        public IAnswerData handlePreload(String parameter) {
            return parameter.equals("end") ? null : moment;
        }

        @Override
        public boolean handlePostProcess(TreeElement node, String parameter) {
            if (parameter.equals("end")) {
                node.setAnswer(moment);
            }
            return parameter.equals("end");
        }
    }
}

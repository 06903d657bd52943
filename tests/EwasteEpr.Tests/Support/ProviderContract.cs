using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Web;

namespace EwasteEpr.Tests.Support;

/// <summary>The provider's published description, held against what we send and what our stubs answer.</summary>
/// <remarks>As much of OpenAPI 3.0 as the file uses: types, enums, required, nullable, $ref, anyOf, arrays, closed objects, patterns.</remarks>
internal sealed class ProviderContract
{
    private readonly JsonObject root;

    private ProviderContract(JsonObject root) => this.root = root;

    public static ProviderContract Load() => new(JsonNode.Parse(File.ReadAllText(DescriptionFile()))!.AsObject());

    private static string DescriptionFile([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Payments", "Cards", "data", "openapi-payments.json");

    /// <param name="path">As it is sent, with its query.</param>
    /// <returns>What is wrong with a request; nothing when it is as described.</returns>
    public IReadOnlyList<string> ProblemsOfRequest(string method, string path, string form)
    {
        if (Operation(method, path) is not { } operation)
        {
            return [$"{method} {path} is not described"];
        }

        var problems = new List<string>();
        var query = path.Contains('?', StringComparison.Ordinal) ? HttpUtility.ParseQueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]).AllKeys : [];
        var known = operation["parameters"]?.AsArray().Select(parameter => (string)parameter!["name"]!).ToHashSet(StringComparer.Ordinal) ?? [];
        problems.AddRange(query.Where(name => !known.Contains(name!)).Select(name => $"{method} {path}: no parameter {name}"));
        if (operation["requestBody"]?["content"]?["application/x-www-form-urlencoded"]?["schema"] is { } schema)
        {
            Check(Decode(form), schema, "form", problems, areLeavesText: true);
        }
        else if (form.Length > 0)
        {
            problems.Add($"{method} {path} takes no body");
        }

        return problems;
    }

    public IReadOnlyList<string> ProblemsOfAnswer(string method, string path, int status, string body)
    {
        if (Operation(method, path) is not { } operation)
        {
            return [$"{method} {path} is not described"];
        }

        var responses = operation["responses"]!;
        var schema = (responses[status.ToString(CultureInfo.InvariantCulture)] ?? responses["default"])!["content"]!["application/json"]!["schema"]!;
        var problems = new List<string>();
        Check(JsonNode.Parse(body), schema, "answer", problems, areLeavesText: false);
        return problems;
    }

    /// <summary>An event, and the thing inside it where the file describes that kind of thing.</summary>
    public IReadOnlyList<string> ProblemsOfEvent(string body)
    {
        var problems = new List<string>();
        var given = JsonNode.Parse(body)!;
        Check(given, Schema("event"), "event", problems, areLeavesText: false);
        var thing = given["data"]!["object"]!;
        if (root["components"]!["schemas"]![(string?)thing["object"] ?? ""] is { } schema)
        {
            Check(thing, schema, "event.data.object", problems, areLeavesText: false);
        }

        return problems;
    }

    private JsonNode Schema(string name) => root["components"]!["schemas"]![name]!;

    private JsonNode? Operation(string method, string path)
    {
        var parts = path.Split('?')[0].Split('/');
        foreach (var (template, operations) in root["paths"]!.AsObject())
        {
            var wanted = template.Split('/');
            if (wanted.Length == parts.Length && wanted.Zip(parts).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0)))
            {
                return operations![CultureInfo.InvariantCulture.TextInfo.ToLower(method)];
            }
        }

        return null;
    }

    /// <summary><c>line_items[0][price_data][currency]=kzt</c> as objects and arrays.</summary>
    private static JsonObject Decode(string form)
    {
        var made = new JsonObject();
        var pairs = HttpUtility.ParseQueryString(form);
        foreach (var key in pairs.AllKeys.OfType<string>())
        {
            var path = key.Replace("]", "", StringComparison.Ordinal).Split('[');
            var at = made;
            foreach (var step in path[..^1])
            {
                at = (JsonObject)(at[step] ??= new JsonObject());
            }

            at[path[^1]] = pairs[key];
        }

        return made;
    }

    private void Check(JsonNode? value, JsonNode schema, string at, List<string> problems, bool areLeavesText)
    {
        if (schema["$ref"] is { } reference)
        {
            Check(value, Schema(((string)reference!).Split('/')[^1]), at, problems, areLeavesText);
            return;
        }

        if (value is null)
        {
            if ((bool?)schema["nullable"] != true)
            {
                problems.Add($"{at} is null");
            }

            return;
        }

        if (schema["anyOf"] is JsonArray choices)
        {
            if (!choices.Any(choice => IsMet(value, choice!, areLeavesText)))
            {
                problems.Add($"{at} is none of what it may be: {value.ToJsonString()}");
            }

            return;
        }

        CheckType(value, schema, at, problems, areLeavesText);
    }

    private bool IsMet(JsonNode value, JsonNode schema, bool areLeavesText)
    {
        var problems = new List<string>();
        Check(value, schema, "", problems, areLeavesText);
        return problems.Count == 0;
    }

    private void CheckType(JsonNode value, JsonNode schema, string at, List<string> problems, bool areLeavesText)
    {
        switch ((string?)schema["type"])
        {
            case "object":
                CheckObject(value, schema, at, problems, areLeavesText);
                break;
            case "array" when areLeavesText && value is JsonObject indexed: // a form's array is its indexes
                foreach (var (index, item) in indexed)
                {
                    Check(item, schema["items"]!, $"{at}[{index}]", problems, areLeavesText);
                }

                break;
            case "array" when value is JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    Check(array[i], schema["items"]!, $"{at}[{i}]", problems, areLeavesText);
                }

                break;
            case "string" when value is JsonValue text && text.TryGetValue<string>(out var said):
                if (schema["enum"] is JsonArray allowed && !allowed.Any(one => (string?)one == said))
                {
                    problems.Add($"{at} is \"{said}\"");
                }

                if ((string?)schema["pattern"] is { } pattern && !System.Text.RegularExpressions.Regex.IsMatch(said, pattern, System.Text.RegularExpressions.RegexOptions.NonBacktracking))
                {
                    problems.Add($"{at} is \"{said}\", not like {pattern}");
                }

                break;
            case "integer" when IsWhole(value, areLeavesText):
            case "boolean" when IsTruth(value, areLeavesText):
            case null:
                break;
            default:
                problems.Add($"{at} is no {schema["type"]}: {value.ToJsonString()}");
                break;
        }
    }

    private void CheckObject(JsonNode value, JsonNode schema, string at, List<string> problems, bool areLeavesText)
    {
        if (value is not JsonObject given)
        {
            problems.Add($"{at} is no object: {value.ToJsonString()}");
            return;
        }

        problems.AddRange((schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Where(name => !given.ContainsKey(name)).Select(name => $"{at}.{name} is missing"));
        var properties = schema["properties"]?.AsObject();
        foreach (var (name, inner) in given)
        {
            if (properties?[name] is { } known)
            {
                Check(inner, known, $"{at}.{name}", problems, areLeavesText);
            }
            else if (schema["additionalProperties"] is JsonObject any)
            {
                Check(inner, any, $"{at}.{name}", problems, areLeavesText);
            }
            else if (properties is not null && (schema["additionalProperties"]?.GetValueKind() == System.Text.Json.JsonValueKind.False || areLeavesText))
            {
                problems.Add($"{at}.{name} is not described");
            }
        }
    }

    private static bool IsWhole(JsonNode value, bool isText) => value is JsonValue leaf
        && (isText ? leaf.TryGetValue<string>(out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) : leaf.TryGetValue<long>(out _));

    private static bool IsTruth(JsonNode value, bool isText) => value is JsonValue leaf
        && (isText ? leaf.TryGetValue<string>(out var text) && text is "true" or "false" : leaf.TryGetValue<bool>(out _));
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EwasteEpr.Tests.Support;

/// <summary>A real WireMock server standing in for the card provider: states, delays, broken connections, garbage. One for each test class.</summary>
/// <remarks>What a stub answers is held against the provider's description when it is made, and what we sent when the class ends.</remarks>
public sealed class WireMockServer : IAsyncLifetime
{
    private static readonly ProviderContract Contract = ProviderContract.Load();
    private Process? process;
    private HttpClient admin = null!;

    public Uri Address => admin.BaseAddress!;

    /// <summary>Why tests that need it are left out, or none.</summary>
    public static string? Missing { get; } =
        Jar() is null ? "The card provider's stand-in is not installed: npm ci --ignore-scripts in tests/provider."
        : !HasJava() ? "Java is missing: apt-get install -y --no-install-recommends default-jre-headless."
        : null;

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        process = Process.Start(new ProcessStartInfo("java", ["-Xmx192m", "-jar", Jar()!, "--port", "0", "--bind-address", "127.0.0.1", "--disable-banner"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        EndWithUs(process.Id);
        var port = await PortAsync(process);
        admin = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")) };
        for (var i = 0; i < 200 && !await AnswersAsync(); i++)
        {
            await Task.Delay(50);
        }
    }

    public async Task DisposeAsync()
    {
        if (process is null)
        {
            return;
        }

        try
        {
            Assert.Empty((await RequestsAsync()).SelectMany(Problems));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            admin.Dispose();
        }
    }

    /// <summary>What this address answers; a body that the provider would never send is a mistake of the test.</summary>
    public Task StubAsync(string method, string path, string body, int status = 200, int delayMs = 0, StubScene? scene = null)
    {
        Assert.Empty(Contract.ProblemsOfAnswer(method, path, status, body));
        return MapAsync(method, path, new JsonObject
        {
            ["status"] = status,
            ["body"] = body,
            ["fixedDelayMilliseconds"] = delayMs,
            ["headers"] = new JsonObject { ["Content-Type"] = "application/json" },
        }, scene);
    }

    /// <summary>What no provider means to send.</summary>
    public Task StubGarbageAsync(string method, string path, string body, int status = 200, StubScene? scene = null) =>
        MapAsync(method, path, new JsonObject { ["status"] = status, ["body"] = body, ["headers"] = new JsonObject { ["Content-Type"] = "application/json" } }, scene);

    /// <param name="fault">CONNECTION_RESET_BY_PEER, EMPTY_RESPONSE, MALFORMED_RESPONSE_CHUNK, RANDOM_DATA_THEN_CLOSE.</param>
    public Task StubFaultAsync(string method, string path, string fault, StubScene? scene = null) =>
        MapAsync(method, path, new JsonObject { ["fault"] = fault }, scene);

    public async Task ResetAsync()
    {
        Assert.Empty((await RequestsAsync()).SelectMany(Problems));
        using var answer = await admin.PostAsync(new Uri("__admin/reset", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What was asked since the last reset, oldest first.</summary>
    public async Task<IReadOnlyList<AskedRequest>> RequestsAsync()
    {
        var journal = await admin.GetFromJsonAsync<JsonElement>(new Uri("__admin/requests", UriKind.Relative));
        return [.. journal.GetProperty("requests").EnumerateArray().Select(entry => entry.GetProperty("request")).Select(request => new AskedRequest(
            request.GetProperty("method").GetString()!,
            request.GetProperty("url").GetString()!,
            request.GetProperty("body").GetString() ?? "",
            request.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase))).Reverse()];
    }

    private static IEnumerable<string> Problems(AskedRequest asked)
    {
        var problems = Contract.ProblemsOfRequest(asked.Method, asked.Path, asked.Body).ToList();
        if (!asked.Headers.TryGetValue("Stripe-Version", out var version) || version != "2023-08-16")
        {
            problems.Add("no pinned version");
        }

        if (asked.Method == "POST" && !asked.Headers.ContainsKey("Idempotency-Key"))
        {
            problems.Add("a POST without an idempotency key");
        }

        return problems.Select(problem => $"{asked.Method} {asked.Path}: {problem}");
    }

    private async Task MapAsync(string method, string path, JsonObject response, StubScene? scene)
    {
        var isQuery = path.Contains('?', StringComparison.Ordinal);
        var mapping = new JsonObject { ["request"] = new JsonObject { ["method"] = method, [isQuery ? "url" : "urlPath"] = path }, ["response"] = response };
        if (scene is not null)
        {
            mapping["scenarioName"] = scene.Name;
            mapping["requiredScenarioState"] = scene.When;
            if (scene.Then is not null)
            {
                mapping["newScenarioState"] = scene.Then;
            }
        }

        using var content = JsonContent.Create(mapping);
        using var answer = await admin.PostAsync(new Uri("__admin/mappings", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await admin.GetAsync(new Uri("__admin/mappings", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int> PortAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("port:", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                _ = process.StandardError.ReadToEndAsync();
                return int.Parse(line.AsSpan(5).Trim(), CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("WireMock did not start: " + await process.StandardError.ReadToEndAsync());
    }

    /// <summary>A test process may be killed: its stand-in goes with it.</summary>
    private static void EndWithUs(int server)
    {
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false };
        foreach (var word in new[] { "sh", "-c", "exec >/dev/null 2>&1 </dev/null; while kill -0 \"$1\" && kill -0 \"$2\"; do sleep 0.3; done; kill -9 \"$2\"", "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), server.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(word);
        }

        Process.Start(start)?.Dispose();
    }

    private static string? Jar([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "provider", "node_modules", "wiremock", "build") is var folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.jar").FirstOrDefault()
            : null;

    private static bool HasJava()
    {
        try
        {
            using var java = Process.Start(new ProcessStartInfo("java", "-version") { UseShellExecute = false, RedirectStandardError = true })!;
            java.WaitForExit();
            return java.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A stub that answers only in one state, and moves on to the next.</summary>
public sealed record StubScene(string Name, string When = "Started", string? Then = null);

public sealed record AskedRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>A fact that needs the card provider's stand-in; where it cannot run, it is skipped and says why.</summary>
public sealed class ProviderFactAttribute : FactAttribute
{
    public ProviderFactAttribute() => Skip = WireMockServer.Missing;
}

public sealed class ProviderTheoryAttribute : TheoryAttribute
{
    public ProviderTheoryAttribute() => Skip = WireMockServer.Missing;
}

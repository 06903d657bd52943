namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>Asks the site on this machine whether it is ready: the container's health check, whose image has no curl.</summary>
public sealed class HealthyVerb : IVerb
{
    public string Name => "healthy";

    public string Usage => "healthy              exit 0 when the site on this machine is ready";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var host = VerbHost.Create();
        var port = host.Configuration["URLS"] is { } urls && Uri.TryCreate(urls.Split(';')[0].Replace("0.0.0.0", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            ? uri.Port
            : host.Configuration.GetValue<int?>("PORT") ?? 5080;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://localhost:{port}/healthz/ready"), ct);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }
}

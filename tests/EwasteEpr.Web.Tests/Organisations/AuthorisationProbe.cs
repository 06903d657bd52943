using System.Collections.Concurrent;
using System.Diagnostics;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EwasteEpr.Web.Tests.Organisations;

/// <summary>Listens to the server in this process and tells, for one request, which endpoint it met and what authorisation said.</summary>
/// <remarks>A status alone would not do: 404 is also the answer for a record that is not there.</remarks>
internal sealed class AuthorisationProbe : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Header = "X-Probe";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string? Route, AuthorisationAnswer? Answer)>> waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<IDisposable> subscriptions = [];

    public AuthorisationProbe() => subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <returns>The answer's name, or a sentence that says what went otherwise.</returns>
    public async Task<string> AskAsync(HttpClient browser, string method, string path, string route)
    {
        var id = Guid.CreateVersion7().ToString("N");
        var told = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Headers = { { Header, id } } };
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new FormUrlEncodedContent([]);
        }

        using var response = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var (met, answer) = await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        waiting.TryRemove(id, out _);
        return "/" + met?.TrimStart('/') != route ? $"an endpoint of another route, {met ?? "none"}"
            : response.StatusCode is System.Net.HttpStatusCode.TooManyRequests ? "a limit that answered before authorisation was asked"
            : (int)response.StatusCode >= 500 ? $"a failure, {(int)response.StatusCode}"
            : (answer ?? AuthorisationAnswer.Allowed).ToString(); // an anonymous endpoint asks nobody
    }

    public void OnNext(DiagnosticListener value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Name == "Microsoft.AspNetCore")
        {
            subscriptions.Add(value.Subscribe(this, (name, _, _) => name.StartsWith("Microsoft.AspNetCore.Hosting.HttpRequestIn", StringComparison.Ordinal)));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "Microsoft.AspNetCore.Hosting.HttpRequestIn.Stop" && value.Value is HttpContext context
            && waiting.TryGetValue(context.Request.Headers[Header].ToString(), out var told))
        {
            told.TrySetResult(((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, context.Features[typeof(AuthorisationAnswer)] as AuthorisationAnswer?));
        }
    }

    public void OnCompleted()
    {
        // The listeners live as long as the process.
    }

    public void OnError(Exception error)
    {
        // Nothing of ours throws into it.
    }

    public void Dispose()
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }
    }
}

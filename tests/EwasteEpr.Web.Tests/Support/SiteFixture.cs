using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using AngleSharp;
using AngleSharp.Dom;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EwasteEpr.Web.Tests.Support;

/// <summary>The whole site on a free port of this machine over a database of its own: real HTTP, real PostgreSQL, the same start as <c>./run</c>.</summary>
/// <remarks>Use as IClassFixture. A class that needs other settings derives and overrides <see cref="Settings"/>.</remarks>
public class SiteFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("ewaste-site-").FullName;
    private Site? site;

    public TestDatabase Database { get; } = new();

    /// <summary>Follows no redirect, keeps no cookie, asks for no language.</summary>
    public HttpClient Client { get; private set; } = null!;

    public Uri Address => Client.BaseAddress!;

    public IServiceProvider Services => site!.App.Services;

    /// <summary>More arguments, as on the command line: <c>--Demo=true</c>.</summary>
    protected virtual IReadOnlyList<string> Settings => [];

    /// <summary>Routes that only a test has: one that throws, one that forgot its policy.</summary>
    protected virtual void Extend(WebApplication app)
    {
    }

    public async Task InitializeAsync()
    {
        if (Settings.Contains("--Demo=true", StringComparer.Ordinal))
        {
            await DemoTemplate.CloneAsync(Database, folder);
        }
        else
        {
            await Database.InitializeAsync();
        }

        site = await StartAsync(Database, folder, Settings);
        Extend(site.App);
        await site.App.StartAsync();
        Client = NewClient();
    }

    internal static async Task<Site> StartAsync(TestDatabase database, string folder, IReadOnlyList<string> settings)
    {
        string[] arguments =
        [
            "--applicationName=EwasteEpr.Web", $"--contentRoot={WebFolder()}", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=false", "--Jobs:Enabled=false",
            $"--ConnectionStrings:EwasteEpr={database.ConnectionString}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Warning", .. settings,
        ];
        return await SiteBuilder.StartAsync(arguments, CancellationToken.None) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (site is not null)
        {
            await site.App.StopAsync();
            await site.DisposeAsync();
        }

        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A browser of its own, with cookies when asked for.</summary>
    public HttpClient NewClient(bool keepsCookies = false) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = keepsCookies }) { BaseAddress = new Uri(site!.App.Urls.First()) };

    /// <summary>GET, whatever the status, as a document; <see cref="IDocument.StatusCode"/> has the status.</summary>
    public Task<IDocument> GetPageAsync(string path) => Client.GetPageAsync(path);

    public T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    internal static string WebFolder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "web"));
}

/// <summary>Pages as people meet them: get, fill in, send.</summary>
public static class Pages
{
    public static async Task<IDocument> GetPageAsync(this HttpClient client, string path)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await response.ToPageAsync();
    }

    public static async Task<IDocument> ToPageAsync(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var html = await response.Content.ReadAsStringAsync();
        return await BrowsingContext.New(Configuration.Default).OpenAsync(answer => answer
            .Address(response.RequestMessage!.RequestUri!)
            .Status(response.StatusCode)
            .Header("Content-Type", response.Content.Headers.ContentType?.ToString() ?? "text/html")
            .Content(html));
    }

    /// <summary>Sends a form of the page as a browser would, antiforgery token included; needs a client that keeps cookies.</summary>
    /// <param name="to">Another address than the form's own: what a person with bad intent, or the language switch, would do.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient client, IDocument page, string formSelector, IReadOnlyDictionary<string, string> values, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(values);
        var form = page.QuerySelector(formSelector) ?? throw new InvalidOperationException($"The page has no {formSelector}.");
        var fields = form.QuerySelectorAll("input[name]:not([type=checkbox]):not([type=radio]):not([type=file]), input[name]:checked, textarea[name]")
            .Where(field => !values.ContainsKey(field.GetAttribute("name")!))
            .Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? field.TextContent));
        using var content = new FormUrlEncodedContent([.. fields, .. values]);
        return await client.PostAsync(new Uri(to ?? (form.GetAttribute("action") is { Length: > 0 } action ? new Uri(new Uri(page.Url), action).PathAndQuery : new Uri(page.Url).PathAndQuery), UriKind.Relative), content);
    }

    public static HttpRequestMessage Asking(string path, string language)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.AcceptLanguage.Add(StringWithQualityHeaderValue.Parse(language));
        return request;
    }
}

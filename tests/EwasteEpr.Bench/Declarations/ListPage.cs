using System.Diagnostics;
using System.Text.RegularExpressions;
using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EwasteEpr.Bench.Declarations;

/// <summary>A signed-in list of fifty declarations, in pages a second, against a constant table of fifty rows from the same program.</summary>
/// <remarks>Session, membership, list, totals and audit-free reading on one side; the same frame and table without any of it on the other.</remarks>
internal sealed partial class ListPage : Benchmark
{
    private const int Pages = 100;
    private const int Drafts = 60;

    public override string Name => "list_page";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-bench-site-").FullName;
        string[] arguments =
        [
            "--applicationName=EwasteEpr.Web", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=true", "--Jobs:Enabled=false", "--PasswordRounds=1000",
            $"--ConnectionStrings:EwasteEpr={await context.Database.ConnectionStringAsync()}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Warning",
        ];
        await using var site = await SiteBuilder.StartAsync(arguments, CancellationToken.None) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
        await site.App.StartAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true, UseCookies = true }) { BaseAddress = new Uri(site.App.Urls.First()) };
        var list = await SignInAsync(browser);
        await FillAsync(site.App.Services);
        var page = await browser.GetStringAsync(list);
        if (Row().Count(page) < 50)
        {
            throw new InvalidOperationException("The list does not show fifty declarations.");
        }

        var (ours, ceiling) = await MedianSecondsInTurnsAsync(() => GetAsync(browser, list), () => GetAsync(browser, new Uri("/ru/style-guide/table", UriKind.Relative)));
        await site.App.StopAsync();
        Directory.Delete(folder, recursive: true);
        return new BenchResult(Name, Pages / ours, Pages / ceiling, "pages/s", 0.15, 0.4);
    }

    private static async Task GetAsync(HttpClient browser, Uri address)
    {
        for (var i = 0; i < Pages; i++)
        {
            using var answer = await browser.GetAsync(address);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private static async Task<Uri> SignInAsync(HttpClient browser)
    {
        var demo = new Uri("/ru/demo", UriKind.Relative);
        var token = Token().Match(await browser.GetStringAsync(demo)).Groups["value"].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal) { ["__RequestVerificationToken"] = token, ["persona"] = "importer-preparer" });
        using var entered = await browser.PostAsync(demo, form);
        return new Uri(entered.RequestMessage!.RequestUri!.AbsolutePath.TrimEnd('/') + "/declarations", UriKind.Relative);
    }

    private static async Task FillAsync(IServiceProvider services)
    {
        var organisation = await services.GetRequiredService<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = 'importer-1'", null, CancellationToken.None);
        var declarations = services.GetRequiredService<DeclarationService>();
        for (var i = 0; i < Drafts; i++)
        {
            await declarations.CreateAsync(organisation, new NewDeclaration.ForConsignment($"BENCH/{i}"), Actor.System("bench"), CancellationToken.None);
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex("<th scope=\"row\" class=\"m-nb\">", RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}

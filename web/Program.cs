using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Verbs;

if (VerbRunner.IsVerb(args))
{
    return await VerbRunner.RunAsync(args);
}

var site = await SiteBuilder.StartAsync(args, CancellationToken.None);
return site is null ? 2 : await site.RunUntilStoppedAsync();

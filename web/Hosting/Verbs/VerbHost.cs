namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>The same configuration that the site would have, for a verb.</summary>
public sealed record VerbHost(IConfiguration Configuration, bool IsDemo)
{
    public static VerbHost Create()
    {
        var builder = WebApplication.CreateBuilder();
        return new VerbHost(builder.Configuration, builder.Configuration.IsDemo(builder.Environment));
    }
}

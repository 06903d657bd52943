namespace EwasteEpr.Web.Hosting;

/// <summary>The site will not start like this: a sentence for the person at the shell, exit 2.</summary>
public sealed class StartRefusedException(string message) : Exception(message);

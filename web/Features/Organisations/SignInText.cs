namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Names the texts of signing in and joining.</summary>
public sealed class SignInText;

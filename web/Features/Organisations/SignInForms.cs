namespace EwasteEpr.Web.Features.Organisations;

// What sign-in and joining ask for. Every property is as typed, or null when the field was not sent.

public sealed record SignInForm(string? Login, string? Password, string? ReturnUrl);

public sealed record CodeForm(string? Code);

public sealed record AgainForm(string? Password, string? Code, string? ReturnUrl);

public sealed record EmailForm(string? Email);

public sealed record NewPersonForm(string? Name, string? Password);

public sealed record NewPasswordForm(string? Password);

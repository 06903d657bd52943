# Not built where it was written (no container engine there): README, "Limits", says so.
FROM node:24-bookworm-slim AS assets
WORKDIR /app/web
COPY web/package.json web/package-lock.json web/.npmrc ./
# The database server of the newcomer's install is not needed in the image.
RUN npm ci --ignore-scripts --omit=optional --no-audit --no-fund

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
COPY --from=assets /usr/local/bin/node /usr/local/bin/node
COPY --from=assets /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /app
COPY Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt ./
COPY src/EwasteEpr/EwasteEpr.csproj src/EwasteEpr/packages.lock.json src/EwasteEpr/
COPY web/EwasteEpr.Web.csproj web/packages.lock.json web/
RUN dotnet restore web/EwasteEpr.Web.csproj --locked-mode
COPY db db
COPY src src
COPY web web
COPY --from=assets /app/web/node_modules web/node_modules
RUN dotnet publish web/EwasteEpr.Web.csproj -c Release --no-restore -o /site

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime

# Papers are printed by Chromium. The runtime's own image is Ubuntu, whose chromium is a snap and does not run in a container;
# Debian's package does, and it is the one that was tried. Golos comes with the pages; Noto has the letters of other alphabets in names.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates chromium fonts-noto-core libicu72 libssl3 libstdc++6 tzdata zlib1g \
 && rm -rf /var/lib/apt/lists/*
COPY --from=runtime /usr/share/dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
WORKDIR /site
COPY --from=build /site .
# Root's only act: a place for keys that the volume of compose covers.
RUN mkdir -p /var/lib/ewaste && chown 1654:1654 /var/lib/ewaste
USER 1654:1654
ENV PORT=8080 EWASTE_DATA=/var/lib/ewaste ASPNETCORE_ENVIRONMENT=Production DOTNET_EnableDiagnostics=0 DOTNET_RUNNING_IN_CONTAINER=true EWASTE_CHROMIUM=/usr/bin/chromium
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=40s --retries=4 CMD ["dotnet", "EwasteEpr.Web.dll", "healthy"]
ENTRYPOINT ["dotnet", "EwasteEpr.Web.dll"]
